import { connectionString } from '../../src/event-store/eventstoredb/connection-string';

describe('EVENTSTOREDB_URL', () => {
  const messageOf = (url: string): string => {
    try {
      connectionString(url, 2000);
      return '';
    } catch (error) {
      return (error as Error).message;
    }
  };

  let printed: ReadonlyArray<unknown> = [];
  beforeEach(() => {
    printed = [];
    const print = (...words: ReadonlyArray<unknown>): void => {
      printed = [...printed, ...words];
    };
    jest.spyOn(console, 'warn').mockImplementation(print);
    jest.spyOn(console, 'log').mockImplementation(print);
  });
  afterEach(() => jest.restoreAllMocks());

  test.each([
    'esdb://127.0.0.1:2113?tls=false',
    'esdb://localhost',
    'esdb://user:p%40ss%3Aword@a.example:2113,b.example:2114/?tls=true&maxDiscoverAttempts=50&discoveryInterval=500',
    'esdb+discover://cluster.example:2113?nodePreference=leader&keepAliveInterval=-1',
  ])('is taken: %s', (url) => {
    expect(messageOf(url)).toBe('');
    expect(printed).toEqual([]);
  });

  test.each([
    ['', /^EVENTSTOREDB_URL must be esdb:/],
    ['http://user:secret@localhost:2113', /^EVENTSTOREDB_URL must be esdb:/],
    ['esdb://', /^EVENTSTOREDB_URL must be esdb:/],
    ['esdb://user:sec@ret@localhost:2113', /^EVENTSTOREDB_URL must be esdb:/],
    ['esdb://user:secret@localhost:port', /^EVENTSTOREDB_URL has a host that is not host:port$/],
    ['esdb://user:secret@localhost:99999', /^EVENTSTOREDB_URL has a host that is not host:port$/],
    [
      'esdb://user:secret@localhost?color=blue',
      /^EVENTSTOREDB_URL has an option that is not known here; known are tls, /,
    ],
    ['esdb://user:secret@localhost?tls=maybe', /^EVENTSTOREDB_URL is not .*: expected true or false$/],
    ['esdb://user:secret@localhost?tls=', /^EVENTSTOREDB_URL has no value for tls$/],
    ['esdb://user:secret@localhost?keepAliveInterval=soon', /^EVENTSTOREDB_URL is not /],
    ['esdb://user:secret@localhost?nodePreference=best', /^EVENTSTOREDB_URL is not .*: expected /],
    [
      'esdb://user:secret@localhost?tlsCAFile=/nowhere/ca.crt',
      /^EVENTSTOREDB_URL is not .*: Failed to load certificate/,
    ],
    [
      'esdb://user:secret@localhost?throwOnAppendFailure=false',
      /^EVENTSTOREDB_URL has an option that is not known here/,
    ],
    ['esdb://user:%E0%A4@localhost', /^EVENTSTOREDB_URL is not /],
  ])('is refused in one line that names it and not the password: %s', (url, message) => {
    expect(messageOf(url)).toMatch(message);
    expect(messageOf(url)).not.toMatch(/secret|sec@ret|\n/);
    expect(printed).toEqual([]);
  });

  test('trap: tlsVerifyCert has no effect in the client, which prints the password to say so: it is refused', () => {
    expect(messageOf('esdb://user:secret@localhost?tlsVerifyCert=false')).toMatch(
      /^EVENTSTOREDB_URL has tlsVerifyCert, which has no effect: .*tlsCAFile/,
    );
    expect(printed).toEqual([]);
  });

  test('in messages it is hosts alone', () => {
    expect(connectionString('esdb://user:secret@a.example:2113,b.example?tls=false', 2000).name).toBe(
      'EVENTSTOREDB_URL (a.example:2113, b.example:2113)',
    );
  });
});
