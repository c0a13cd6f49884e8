/** The events of the usage of a collection's versions. The names and members are storage: a change needs an upcaster. */
import * as t from 'io-ts';
import { exactly } from '../values/described';
import { Run } from '../values/names';
import { VersionNumber } from '../values/versions';

export const usageEvents = { UsageRecorded: exactly({ version: VersionNumber, run: Run }) };
export type UsageEvents = typeof usageEvents;
export type UsageEvent = { readonly type: 'UsageRecorded'; readonly data: t.TypeOf<UsageEvents['UsageRecorded']> };
