/** Migrations of judge.db, the judge thread's own: what it knows of services, hosts and pages. */
export const JUDGE_MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE services (
    cluster TEXT NOT NULL,
    host TEXT NOT NULL,
    service TEXT NOT NULL,
    kind TEXT NOT NULL,
    problem TEXT,
    attempt INTEGER NOT NULL,
    since_ms REAL NOT NULL,
    tried_ms REAL NOT NULL,
    evidence_ms REAL NOT NULL,
    output TEXT NOT NULL,
    last_check_ms REAL NOT NULL,
    announced TEXT,
    told TEXT NOT NULL,
    PRIMARY KEY (cluster, host, service)
  ) WITHOUT ROWID;
  CREATE TABLE hosts (
    cluster TEXT NOT NULL,
    name TEXT NOT NULL,
    state TEXT NOT NULL,
    since_ms REAL NOT NULL,
    retired_reason TEXT,
    PRIMARY KEY (cluster, name)
  ) WITHOUT ROWID;
  CREATE TABLE notifications (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    key TEXT NOT NULL UNIQUE,
    receiver TEXT NOT NULL,
    kind TEXT NOT NULL,
    cluster TEXT NOT NULL,
    host TEXT NOT NULL,
    service TEXT NOT NULL,
    state TEXT NOT NULL,
    state_type TEXT NOT NULL,
    output TEXT NOT NULL,
    since_ms REAL NOT NULL,
    notes TEXT NOT NULL,
    runbook TEXT NOT NULL,
    created_ms REAL NOT NULL,
    outcome TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    next_ms REAL NOT NULL,
    detail TEXT NOT NULL
  );
  CREATE INDEX notifications_pending ON notifications (id) WHERE outcome = 'pending';
  CREATE TABLE events (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    time_ms REAL NOT NULL,
    cluster TEXT NOT NULL,
    host TEXT NOT NULL,
    service TEXT NOT NULL,
    state TEXT NOT NULL,
    state_type TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    output TEXT NOT NULL
  );
  CREATE INDEX events_time ON events (time_ms);
  `,
  // What each receiver was told: it was one level for all of them.
  `
  UPDATE services SET told = (
    SELECT json_group_array(json_object(
      'receiver', value, 'level', announced, 'known', announced, 'key', NULL, 'refused', NULL))
    FROM json_each(services.told)
  ) WHERE json_valid(told);
  ALTER TABLE services DROP COLUMN announced;
  `,
  // The history of one service, whatever else happened.
  `CREATE INDEX events_service ON events (cluster, host, service, time_ms);`,
  // Flap detection's memory, and the last result of what is found out elsewhere.
  `
  ALTER TABLE services ADD COLUMN hard_before TEXT;
  ALTER TABLE services ADD COLUMN flap_history INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE services ADD COLUMN flapping INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE services ADD COLUMN flap_ms REAL NOT NULL DEFAULT 0;
  ALTER TABLE services ADD COLUMN result TEXT;
  ALTER TABLE services ADD COLUMN next_check_ms REAL;
  `,
  // Hosts of before have been known for long, and only their silence retired them.
  `
  ALTER TABLE hosts ADD COLUMN left_by_word INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE hosts ADD COLUMN first_seen_ms REAL DEFAULT 0;
  `,
  // Pages of many services, what belongs together, and what somebody decided.
  `
  ALTER TABLE notifications ADD COLUMN incident TEXT NOT NULL DEFAULT '';
  ALTER TABLE notifications ADD COLUMN route TEXT NOT NULL DEFAULT '';
  ALTER TABLE notifications ADD COLUMN title TEXT NOT NULL DEFAULT '';
  ALTER TABLE notifications ADD COLUMN services TEXT NOT NULL DEFAULT '[]';
  ALTER TABLE notifications ADD COLUMN count INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE notifications ADD COLUMN open INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE notifications ADD COLUMN settled_ms REAL;
  CREATE INDEX notifications_service ON notifications (cluster, host, service);
  CREATE INDEX notifications_incident ON notifications (incident);
  ALTER TABLE services ADD COLUMN notifying TEXT;
  CREATE TABLE incidents (id TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE quiets (id TEXT PRIMARY KEY, ended_ms REAL, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE acknowledgements (
    cluster TEXT NOT NULL,
    host TEXT NOT NULL,
    service TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (cluster, host, service)
  ) WITHOUT ROWID;
  CREATE TABLE rota_overrides (id TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE marks (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  `,
  // The pages of one service, also among those of many.
  `
  CREATE TABLE notification_services (
    cluster TEXT NOT NULL,
    host TEXT NOT NULL,
    service TEXT NOT NULL,
    key TEXT NOT NULL,
    PRIMARY KEY (cluster, host, service, key)
  ) WITHOUT ROWID;
  CREATE INDEX notification_services_key ON notification_services (key);
  CREATE TRIGGER notifications_told AFTER INSERT ON notifications
  WHEN new.count > 1 AND json_valid(new.services)
  BEGIN
    INSERT OR IGNORE INTO notification_services
    SELECT value ->> 'cluster', value ->> 'host', value ->> 'service', new.key FROM json_each(new.services);
  END;
  CREATE TRIGGER notifications_gone AFTER DELETE ON notifications WHEN old.count > 1
  BEGIN
    DELETE FROM notification_services WHERE key = old.key;
  END;
  `,
];
