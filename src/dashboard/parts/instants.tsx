import { Button } from '@mantine/core';
import { Empty } from './states';
import { exactly } from './time';

type Instants = { at?: string; until?: string; from?: string; to?: string };

/** How far ahead of this clock an instant may be, in milliseconds: as the server has it. */
const AHEAD = 60_000;

/** What is the matter with the instants that an address carries, as a title and a sentence. */
const faultOf = ({ at, until, from, to }: Instants): readonly [string, string] | undefined => {
  const wrong = [at, until, from, to].find((text) => text !== undefined && Number.isNaN(Date.parse(text)));
  if (wrong !== undefined) return [`“${wrong}” is no instant`, 'The address should carry one as 2026-05-12T09:30:00Z.'];
  const late = [at, until].find((text) => text !== undefined && Date.parse(text) > Date.now() + AHEAD);
  return late === undefined ? undefined : ['This instant has not come yet', `${exactly(late)}: what will be then is not known.`];
};

/** In place of a place whose address carries an instant at which nothing can be shown; `undefined` where it does not. */
export const noInstant = (instants: Instants, toNow: () => void) => {
  const fault = faultOf(instants);
  if (fault === undefined) return undefined;
  const [title, text] = fault;
  return (
    <div className="panel" role="alert">
      <Empty icon="clock" isPlace title={title} action={<Button onClick={toNow}>Back to now</Button>}><p>{text}</p></Empty>
    </div>
  );
};
