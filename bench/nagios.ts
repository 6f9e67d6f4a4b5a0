import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { Program, run } from '../test/e2e/server.ts';

/** What is run for every host, every so many seconds. */
export interface Plan {
  readonly hosts: readonly string[];
  readonly intervalS: number;
  readonly services: readonly { readonly name: string; readonly command: readonly string[] }[];
}

/** One check, as Nagios tells of it in its performance data. */
export interface NagiosRun {
  readonly executionMs: number;
  readonly latencyMs: number;
}

export interface Nagios extends AsyncDisposable {
  readonly version: string;
  /** Of the process that schedules. */
  readonly pid: number;
  /** All checks it has run so far. */
  runs(): readonly NagiosRun[];
}

/** A real Nagios 4 that runs a plan and nothing else: no host checks, no notifications, no log of results. */
export async function startNagios(program: string, dir: string, plan: Plan): Promise<Nagios> {
  mkdirSync(join(dir, 'spool'), { recursive: true });
  writeFileSync(join(dir, 'objects.cfg'), objects(plan));
  writeFileSync(join(dir, 'nagios.cfg'), settings(dir));
  const told = await run(program, ['-v', join(dir, 'nagios.cfg')]);
  if (told.code !== 0) throw new Error(`nagios refuses its configuration: ${told.out}`);
  const version = /Nagios Core (\S+)/u.exec(told.out)?.[1] ?? '?';
  writeFileSync(join(dir, 'perfdata'), '');
  const nagios = new Program(program, [join(dir, 'nagios.cfg')]);
  const runs = () => {
    const lines = readFileSync(join(dir, 'perfdata'), 'utf8').split('\n').slice(0, -1);
    return lines.map((line) => {
      const [executionS, latencyS] = line.split('\t').map(Number);
      return { executionMs: (executionS ?? 0) * 1000, latencyMs: (latencyS ?? 0) * 1000 };
    });
  };
  return {
    version,
    pid: nagios.child.pid ?? -1,
    runs,
    async [Symbol.asyncDispose]() {
      await nagios.end();
    },
  };
}

function settings(dir: string): string {
  const { username } = userInfo();
  return `cfg_file=${dir}/objects.cfg
log_file=${dir}/nagios.log
object_cache_file=${dir}/objects.cache
precached_object_file=${dir}/objects.precache
status_file=${dir}/status.dat
state_retention_file=${dir}/retention.dat
lock_file=${dir}/nagios.lock
temp_file=${dir}/nagios.tmp
temp_path=${dir}
check_result_path=${dir}/spool
command_file=${dir}/nagios.cmd
query_socket=${dir}/nagios.qh
nagios_user=${username}
nagios_group=${username}
interval_length=1
status_update_interval=10
max_service_check_spread=1
service_check_timeout=10
execute_host_checks=0
enable_notifications=0
check_external_commands=0
check_for_updates=0
use_syslog=0
log_initial_states=0
retain_state_information=0
process_performance_data=1
service_perfdata_file=${dir}/perfdata
service_perfdata_file_mode=a
service_perfdata_file_template=$SERVICEEXECUTIONTIME$\\t$SERVICELATENCY$\\t$SERVICEPERFDATA$
service_perfdata_file_processing_interval=0
`;
}

const WEEK = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday']
  .map((day) => ` ${day} 00:00-24:00`)
  .join('\n');

function objects({ hosts, services, intervalS }: Plan): string {
  const commands = services.map(
    ({ name, command }) => `define command {\n command_name ${name}\n command_line ${command.join(' ')}\n}`,
  );
  const members = hosts.join(',');
  return [
    `define timeperiod {\n timeperiod_name always\n alias always\n${WEEK}\n}`,
    'define command {\n command_name none\n command_line /bin/true\n}',
    'define contact {\n contact_name nobody\n host_notification_commands none\n service_notification_commands none\n host_notification_period always\n service_notification_period always\n host_notifications_enabled 0\n service_notifications_enabled 0\n}',
    ...commands,
    ...hosts.map(
      (name) =>
        `define host {\n host_name ${name}\n address 127.0.0.1\n max_check_attempts 3\n check_period always\n notification_period always\n contacts nobody\n}`,
    ),
    ...services.map(
      ({ name }) => `define service {
 host_name ${members}
 service_description ${name}
 check_command ${name}
 check_interval ${intervalS}
 retry_interval ${intervalS}
 max_check_attempts 3
 check_period always
 notification_period always
 contacts nobody
}`,
    ),
    '',
  ].join('\n');
}
