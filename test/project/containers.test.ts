/** The container files agree with each other and with the project; docker itself is asked where it is to be had. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import { loadConfig, settingNames } from '../../src/app/config';
import { connectionString } from '../../src/event-store/eventstoredb/connection-string';

const root = resolve(__dirname, '../..');
const read = (name: string): string => readFileSync(join(root, name), 'utf8');

type Service = {
  readonly volumes?: ReadonlyArray<string>;
  readonly networks?: ReadonlyArray<string>;
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly environment?: Readonly<Record<string, string>>;
  readonly healthcheck?: unknown;
  readonly build?: string;
};
type Compose = {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, null>>;
  readonly networks: Readonly<Record<string, unknown>>;
};

const settings = {
  MONIKER_ADMIN_KEY: 'k'.repeat(32),
  EVENTSTOREDB_ADMIN_PASSWORD: 'secret1',
  EVENTSTOREDB_MONIKER_PASSWORD: 'secret2',
};

const given = new Map(Object.entries(settings));

const composeFiles = ['docker-compose.yml', 'docker-compose.cluster.yml'];

describe.each(composeFiles)('%s', (file) => {
  const { services, volumes, networks }: Compose = parse(read(file), { merge: true });
  const monikers = Object.values(services).filter((service) => service.build !== undefined);

  it('names only what it declares', () => {
    const mounted = Object.values(services)
      .flatMap((service) => service.volumes ?? [])
      .map((volume) => volume.replace(/:.*/, ''));
    for (const source of mounted.filter((name) => name.startsWith('.')))
      expect([source, existsSync(join(root, source))]).toEqual([source, true]);
    expect(new Set(mounted.filter((name) => !name.startsWith('.')))).toEqual(new Set(Object.keys(volumes)));
    for (const { networks: joined = [] } of Object.values(services))
      for (const name of joined) expect(['default', ...Object.keys(networks)]).toContain(name);
    for (const { depends_on = {} } of Object.values(services))
      for (const [name, { condition }] of Object.entries(depends_on)) {
        expect(Object.keys(services)).toContain(name);
        if (condition === 'service_healthy') expect(services[name]).toHaveProperty('healthcheck');
      }
  });

  it('each Moniker works on EventStoreDB, and starts with no admin key but one that was given', () => {
    expect(monikers.length).toBeGreaterThan(0);
    for (const { environment } of monikers)
      expect(environment).toMatchObject({
        MONIKER_STORE: 'eventstoredb',
        EVENTSTOREDB_URL: expect.stringMatching(/^esdb:\/\//),
        MONIKER_ADMIN_KEY: expect.stringMatching(/^\$\{MONIKER_ADMIN_KEY:\?/),
      });
  });

  it('what it sets is taken by Moniker, and the address by the client', () => {
    for (const { environment = {} } of monikers) {
      const filled = Object.fromEntries(
        Object.entries(environment).map(([name, value]) => [
          name, value.replace(/\$\{(\w+):[?-]([^}]*)\}/g, (_, variable: string, other: string) => given.get(variable) ?? other),
        ]),
      );
      const config = loadConfig(filled);
      expect(config).toMatchObject({ right: { store: 'eventstoredb', eventStoreDbUrl: filled['EVENTSTOREDB_URL'] } });
      // The certificate is in the container.
      const url = (filled['EVENTSTOREDB_URL'] ?? '').replace('/ca/ca.crt', join(root, 'test/data/tls/ca.crt'));
      const { name, endpoints } = connectionString(url, 2_000);
      expect(name).not.toContain(settings.EVENTSTOREDB_MONIKER_PASSWORD);
      for (const { host } of endpoints) expect(Object.keys(services)).toContain(host);
    }
  });

  it('sets only settings that there are', () => {
    for (const { environment = {} } of monikers)
      expect(settingNames).toEqual(expect.arrayContaining(Object.keys(environment)));
  });

  it('is well-formed by docker compose, where there is one', () => {
    if (spawnSync('docker', ['compose', 'version']).status !== 0) {
      process.stderr.write(`${file} was not shown to docker compose: it is not here\n`);
      return;
    }
    const env = { ...process.env, ...settings };
    execFileSync('docker', ['compose', '--file', file, 'config', '--quiet'], { cwd: root, env });
  });
});

describe('Dockerfile', () => {
  it('sees all that the build needs', () => {
    const { sources } = jest.requireActual<{ sources: ReadonlyArray<string> }>('../../scripts/prepare.js');
    const visible = read('.dockerignore').split('\n');
    for (const name of ['package.json', 'scripts', ...sources]) expect(visible).toContain(`!${name}`);
  });

  it('runs the command of package.json, not as root', () => {
    const { bin } = jest.requireActual<{ bin: { moniker: string } }>('../../package.json');
    const lines = read('Dockerfile').split('\n');
    expect(lines).toContain(`ENTRYPOINT ["node", "${bin.moniker}"]`);
    expect(lines).toContain('USER node');
  });
});

describe('the scripts that set EventStoreDB up', () => {
  it.each(['deploy/eventstoredb-user.sh', 'deploy/eventstoredb-certificates.sh'])('%s is well-formed', (script) => {
    execFileSync('sh', ['-n', join(root, script)]);
  });
});
