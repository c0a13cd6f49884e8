import { usage } from '../../../src/domain/usage';
import { UsageCommand } from '../../../src/domain/usage';
import { UsageEvent } from '../../../src/domain/usage/events';
import { changesNothing, emits, Table, testTable } from '../../support/table';

const recorded = (version: number, run: string): UsageEvent => ({ type: 'UsageRecorded', data: { version, run } });
const record = (version: number, run: string): UsageCommand => ({ type: 'RecordUsage', version, run });

const states = {
  unused: { 'never used': [] },
  used: { used: [recorded(1, 'vision/zoo/1'), recorded(11, 'vision/zoo/2')] },
} as const;

const table: Table<UsageCommand, typeof states, UsageEvent, never> = {
  RecordUsage: {
    'never used': [['S5: the first', record(0, 'vision/zoo/1'), emits(recorded(0, 'vision/zoo/1'))]],
    used: [
      ['S5: once per run and version', record(1, 'vision/zoo/1'), changesNothing],
      ['S5: another version', record(11, 'vision/zoo/1'), emits(recorded(11, 'vision/zoo/1'))],
      ['S5: another run', record(1, 'vision/zoo/2'), emits(recorded(1, 'vision/zoo/2'))],
    ],
  },
};

testTable(usage, (state) => (state.isEmpty() ? 'unused' : 'used'), states, table);
