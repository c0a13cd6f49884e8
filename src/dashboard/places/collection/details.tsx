import { Select, Textarea } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, done } from '../../api/client';
import { aliasesOf, Collection, collectionThen, InCollection, Registry } from '../../api/queries';
import { Action } from '../../parts/action';
import { Icon } from '../../parts/icon';
import { Prose } from '../../parts/prose';
import { unless } from '../../parts/roles';
import { Snippets } from '../../parts/snippets';
import { ProblemNote } from '../../parts/states';
import { Person } from '../../parts/texts';
import { When } from '../../parts/time';
import { say } from '../../parts/toasts';

type DetailsProps = { place: InCollection; registry: Registry; collection: Collection; at: string | undefined };

const Description = ({ place, registry, collection, at }: DetailsProps) => {
  const [text, setText] = useState<string>();
  /** What stood there when the typing began. */
  const [before, setBefore] = useState('');
  const then = useQuery({ ...collectionThen(place, at ?? ''), enabled: at !== undefined }).data;
  const description = at === undefined ? collection.description : (then?.description ?? '');
  const because = at === undefined ? unless(registry.role, 'member') : 'This is the past. Go back to now to change something.';
  const save = useMutation({
    mutationFn: (description: string) =>
      done(api.PATCH('/registries/{registry}/collections/{collection}', { params: { path: place }, body: { description } })),
    onSuccess: () => {
      say('The description is saved.');
      setText(undefined);
    },
  });
  return (
    <section className="panel" aria-label="Description">
      <div className="panel-head">
        <h2 className="section-title">Description</h2>
        {text === undefined && <Action size="compact-sm" variant="subtle" color="gray" leftSection={<Icon name="pencil" size={14} />} because={because} onClick={() => {
          setText(collection.description);
          setBefore(collection.description);
        }}>Edit</Action>}
      </div>
      <div style={{ padding: '16px 20px' }} className="stack">
        {text === undefined ? (
          description === '' ? <span className="dim">No description yet. Say what these versions are for, how they were trained, and who answers for them.</span> : <Prose text={description} />
        ) : (
          <>
            <Textarea aria-label="Description, Markdown" autosize minRows={6} maxLength={4096} data-autofocus autoFocus value={text} onChange={(event) => setText(event.currentTarget.value)} />
            {collection.description !== before && !save.isPending && (
              <div className="note guard" role="alert">
                <Icon name="alert-triangle" size={18} />
                <div className="grow stack tight">
                  <span>The description was changed while you were typing. Saving puts yours in place of this:</span>
                  {collection.description === '' ? <em>none</em> : <Prose text={collection.description} />}
                </div>
              </div>
            )}
            {save.isError && <ProblemNote error={save.error} />}
            <div className="row">
              <Action variant="filled" loading={save.isPending} onClick={() => save.mutate(text)}>Save</Action>
              <Action variant="subtle" color="gray" onClick={() => setText(undefined)}>Cancel</Action>
              <span className="dim small">Markdown</span>
            </div>
          </>
        )}
      </div>
    </section>
  );
};

export const Details = ({ place, registry, collection, at }: DetailsProps) => {
  const aliases = useQuery(aliasesOf(place, at)).data ?? [];
  const [chosen, setChosen] = useState<string | null>(null);
  const names = aliases.map(({ alias }) => alias);
  const alias = chosen ?? names.find((name) => registry.protectedAliases.includes(name)) ?? names[0] ?? 'latest';
  return (
    <div className="with-side">
      <div className="stack">
        <Description place={place} registry={registry} collection={collection} at={at} />
        <section className="panel" aria-label="Use it">
          <div className="panel-head">
            <h2 className="section-title">Use it</h2>
            <Select aria-label="Alias in the code" size="xs" w={180} allowDeselect={false} searchable data={names.length === 0 ? ['latest'] : names} value={alias} onChange={setChosen} />
          </div>
          <div style={{ padding: '16px 20px' }}><Snippets fullName={`${collection.targetPath}:${alias}${at === undefined ? '' : `@${at}`}`} /></div>
        </section>
      </div>
      <section className="panel pad stack" aria-label="Facts">
        <h2>About</h2>
        <dl className="facts">
          <dt>Type</dt><dd>{collection.type}</dd>
          <dt>Versions</dt><dd>{collection.versions}</dd>
          <dt>Next version</dt><dd><span className="version">{collection.nextVersion}</span></dd>
          <dt>Created</dt><dd><When at={collection.createdAt} /> by <Person principal={collection.createdBy} avatar={false} /></dd>
          <dt>Updated</dt><dd><When at={collection.updatedAt} /></dd>
          <dt>Your role</dt><dd>{registry.role.replace('_', ' ')}</dd>
        </dl>
      </section>
    </div>
  );
};
