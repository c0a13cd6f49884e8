/** The way of every command, with its edges in the test's hands. */
import { right } from 'fp-ts/Either';
import { createPerform } from '../../src/app/commands/perform';
import { CommandMeta } from '../../src/app/messages';

const caller: CommandMeta['caller'] = { principal: 'user:ann', keyHash: 'h' } as CommandMeta['caller'];

test('a command begins in its turn, and is answered in another, after the read models have come to it', async () => {
  const happened: Array<string> = [];
  const turns: Array<() => void> = [];
  const perform = createPerform({
    now: () => 0,
    once: (_meta, context, work) => work(context),
    waitFor: async (position) => {
      happened.push(`waited for ${position}`);
      return true;
    },
    turn: () => new Promise((resolve) => turns.push(resolve)),
    showPosition: String,
    observe: () => undefined,
  });
  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  const result = perform('AddAlias', { caller }, async () => {
    happened.push('decided');
    return right({
      position: 7,
      body: async () => {
        happened.push('answered');
        return right({});
      },
    });
  });
  await settle();
  expect([happened, turns.length]).toEqual([[], 1]);
  turns[0]?.();
  await settle();
  expect([happened, turns.length]).toEqual([['decided', 'waited for 7'], 2]);
  turns[1]?.();
  expect(await result).toEqual(right({ status: 200, body: { position: '7' } }));
  expect(happened).toEqual(['decided', 'waited for 7', 'answered']);
});
