import { ANSWER_FILE, instanceProgram, PROGRAM_FILE, TOKEN_FILE } from './instance-program.ts';
import { commentText, puppetText } from './quote.ts';
import { TIMER, UNIT_FILES } from './units.ts';
import type { BootAgent } from './agent-config.ts';
import type { BootWish } from './boot-script.ts';
import type { LaidFile } from './units.ts';

/** The agent's package and its service, by `$facts['os']['family']`. */
const AGENT_NAMES: Readonly<
  Record<BootAgent, Readonly<Record<'Debian' | 'RedHat', readonly [string, string]>>>
> = {
  collectd: { Debian: ['collectd-core', 'collectd'], RedHat: ['collectd', 'collectd'] },
  gmond: { Debian: ['ganglia-monitor', 'ganglia-monitor'], RedHat: ['ganglia-gmond', 'gmond'] },
};

/**
 * A manifest with one class, for Puppet 5 and later on systemd, without modules of others. A second run
 * changes nothing.
 */
export function puppetManifest(wish: BootWish): string {
  const { group, agent } = wish;
  const { Debian: debian, RedHat: redhat } = AGENT_NAMES[agent];
  const token = wish.token === null ? 'undef' : `Sensitive(${puppetText(wish.token)})`;
  return `# Muster: instances of the group ${commentText(group)} register, send with ${agent}, and say when they leave.
#   class { 'muster_instance': token => Sensitive(lookup('muster_token')) }
# token: to enrol with; undef: ${TOKEN_FILE} is laid down by somebody else. host: the name to register;
# undef: the machine's own. manage_package: false where another class installs ${agent}.
class muster_instance (
  Optional[Sensitive[String[1]]] $token          = ${token},
  Optional[Pattern[/\\A[A-Za-z0-9_][A-Za-z0-9._-]*\\z/]] $host = undef,
  Boolean                        $manage_package = true,
) {
  [$package, $service] = $facts['os']['family'] ? {
    'Debian' => [${debian.map(puppetText).join(', ')}],
    default  => [${redhat.map(puppetText).join(', ')}],
  }

${PACKAGE_AND_SETTINGS}
${fileResource({ path: PROGRAM_FILE, text: instanceProgram(wish) }, '0755')}
${UNIT_FILES.map((file) => fileResource(file, '0644')).join('\n')}
${SERVICES}`;
}

/** A heredoc without interpolation and escapes: its text is what it is. */
function fileResource({ path, text }: LaidFile, mode: string): string {
  const notified = path === PROGRAM_FILE ? 'muster-instance register again' : 'muster-instance daemon-reload';
  return `  file { '${path}':
    ensure  => file,
    mode    => '${mode}',
    owner   => 'root',
    notify  => Exec['${notified}'],
    content => @(END_OF_FILE),
${text}END_OF_FILE
  }
`;
}

const PACKAGE_AND_SETTINGS = `  if $manage_package {
    package { $package:
      ensure => installed,
      before => Exec['muster-instance register'],
    }
  }

  file { '/etc/muster':
    ensure => directory,
    mode   => '0755',
  }
  if $token {
    file { '${TOKEN_FILE}':
      ensure    => file,
      mode      => '0600',
      owner     => 'root',
      show_diff => false,
      content   => $token,
      before    => Exec['muster-instance register'],
    }
  }
  if $host {
    file { '/etc/muster/instance.conf':
      ensure  => file,
      mode    => '0644',
      content => "MUSTER_HOST=\${host}\\n",
      before  => Exec['muster-instance register'],
      notify  => Exec['muster-instance register again'],
    }
  }
`;

const SERVICES = `  exec { 'muster-instance daemon-reload':
    command     => 'systemctl daemon-reload',
    path        => ['/usr/bin', '/bin'],
    refreshonly => true,
    before      => Service['${TIMER}'],
  }

  # Once a boot; the timer tries on where no server answers now.
  exec { 'muster-instance register':
    command     => '${PROGRAM_FILE} register',
    environment => ['MUSTER_PATIENCE=30'],
    creates     => '${ANSWER_FILE}',
    require     => File['${PROGRAM_FILE}'],
  }
  exec { 'muster-instance register again':
    command     => '${PROGRAM_FILE} register',
    environment => ['MUSTER_PATIENCE=30'],
    refreshonly => true,
    require     => Exec['muster-instance register'],
  }

  service { '${TIMER}':
    ensure => running,
    enable => true,
  }
  service { $service:
    ensure  => running,
    enable  => true,
    require => Exec['muster-instance register'],
  }
}
`;
