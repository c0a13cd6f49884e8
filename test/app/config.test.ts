import { left, right } from 'fp-ts/Either';
import { loadConfig } from '../../src/app/config';

const given = (env: Record<string, string>) => loadConfig(env);

describe('settings of who may ask, and how much', () => {
  test('have defaults: no proxy, no limit of requests', () => {
    expect(given({})).toMatchObject(right({ trustProxy: undefined, requestRate: undefined, adminKey: undefined }));
  });

  test('are taken as they are written', () => {
    expect(
      given({
        MONIKER_TRUST_PROXY: '127.0.0.1, 10.0.0.0/8,fd00::/8, loopback',
        MONIKER_REQUESTS_PER_SECOND: '100', MONIKER_REFUSED_KEYS_PER_SECOND: '2', MONIKER_BODY_KIB: '16',
        MONIKER_CONNECTIONS: '64', MONIKER_REQUESTS_IN_WORK: '32', MONIKER_CORS_ORIGINS: 'https://app.example, http://localhost:3000',
      }),
    ).toMatchObject(
      right({
        trustProxy: '127.0.0.1, 10.0.0.0/8,fd00::/8, loopback', requestRate: 100, refusalRate: 2, bodyBytes: 16_384,
        connections: 64, inWork: 32, origins: ['https://app.example', 'http://localhost:3000'],
      }),
    );
  });

  test.each([
    ['MONIKER_TRUST_PROXY', 'yes'],
    ['MONIKER_TRUST_PROXY', '10.0.0.0/33'],
    ['MONIKER_TRUST_PROXY', '127.0.0.1,'],
    ['MONIKER_TRUST_PROXY', '0.0.0.0/0'],
    ['MONIKER_REQUESTS_PER_SECOND', '0'],
    ['MONIKER_REFUSED_KEYS_PER_SECOND', '-1'],
    ['MONIKER_BODY_KIB', '769'],
    ['MONIKER_CONNECTIONS', '15'],
    ['MONIKER_REQUESTS_IN_WORK', '0'],
    ['MONIKER_CORS_ORIGINS', '*'],
    ['MONIKER_CORS_ORIGINS', 'null'],
    ['MONIKER_CORS_ORIGINS', 'app.example'],
    ['MONIKER_CORS_ORIGINS', 'https://app.example/'],
    ['MONIKER_CORS_ORIGINS', 'https://app.example:443'],
    ['MONIKER_CORS_ORIGINS', 'https://*.example'],
    ['MONIKER_CORS_ORIGINS', 'file:///x'],
    ['MONIKER_ADMIN_KEY', 'x'.repeat(31)],
    ['MONIKER_ADMIN_KEY', `${'x'.repeat(32)} `],
  ])('%s=%s stops the start with a line that names the setting, and not its value', (name, value) => {
    expect(given({ [name]: value })).toEqual(left([expect.stringMatching(new RegExp(`^${name} must `))]));
    if (value.length > 20) expect(JSON.stringify(given({ [name]: value }))).not.toContain(value);
  });
});
