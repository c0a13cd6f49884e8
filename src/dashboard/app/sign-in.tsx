import { Button, PasswordInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { hasCode } from '../api/problem';
import { askWhoAmI, whoAmI } from '../api/queries';
import { sessionBegun, signIn } from '../api/session';
import { ProblemNote } from '../parts/states';
import { closeDialog } from './dialogs';
import { Logo } from './logo';

/** Asks for a key; `again` when a session ended while somebody was at work. */
export const SignIn = ({ again = false }: { again?: boolean }) => {
  const [key, setKey] = useState('');
  const client = useQueryClient();
  const enter = useMutation({
    mutationFn: async () => {
      await signIn(key.trim());
      return askWhoAmI();
    },
    onSuccess: (me) => {
      setKey('');
      if (again && me.principal === client.getQueryData(whoAmI.queryKey)?.principal) {
        sessionBegun();
        return client.invalidateQueries();
      }
      // What was answered and typed is another's, who may see more.
      closeDialog();
      const asked = client.resetQueries();
      client.setQueryData(whoAmI.queryKey, me);
      sessionBegun();
      return asked;
    },
  });
  const form = (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        if (key.trim() !== '') enter.mutate();
      }}
    >
      {again ? (
        <p className="dim" style={{ margin: 0 }}>
          The session ended: it is over 12 hours old, or its key was revoked. Sign in to go on; what you typed is still there.
        </p>
      ) : (
        <div className="stack tight" style={{ marginBottom: 8 }}>
          <Logo size={36} />
          <h1 style={{ margin: '12px 0 0' }}>Sign in to Moniker</h1>
          <p className="dim" style={{ margin: 0 }}>With an API key of yours. It is sent once and not kept in this browser.</p>
        </div>
      )}
      <PasswordInput label="API key" required autoComplete="off" autoFocus data-autofocus value={key} onChange={(event) => setKey(event.currentTarget.value)} />
      {enter.isError && (
        <ProblemNote error={enter.error}>
          {hasCode(enter.error, 'unauthenticated') && <p>Is the key complete, and neither expired nor revoked?</p>}
        </ProblemNote>
      )}
      <Button type="submit" variant="filled" size="md" loading={enter.isPending}>Sign in</Button>
      {!again && (
        <p className="dim small" style={{ margin: 0 }}>
          No key? An admin of the organization makes one. The first one was written to the file that the server named when it
          was first started.
        </p>
      )}
    </form>
  );
  return again ? form : <main className="sign-in">{form}</main>;
};
