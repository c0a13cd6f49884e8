import { useQuery } from '@tanstack/react-query';
import { collectionEnd, InCollection, Registry } from '../../api/queries';
import { Icon } from '../../parts/icon';
import { Loading, PlaceProblem } from '../../parts/states';
import { Person } from '../../parts/texts';
import { When } from '../../parts/time';
import { AuditTab } from './audit';
import { TimelineTab } from './timeline';

type DeletedProps = { place: InCollection; registry: Registry; error: unknown; retry: () => void };

/** A collection that is not there: where it was deleted, its past still answers. */
export const Deleted = ({ place, registry, error, retry }: DeletedProps) => {
  const end = useQuery(collectionEnd(place));
  if (end.isPending) return <Loading />;
  if (end.data == null) return <PlaceProblem isPlace error={error} retry={retry} />;
  const { by, at, reason } = end.data;
  return (
    <div className="stack">
      <div className="head" style={{ marginBottom: 0 }}>
        <h1 className="isolate">{place.collection}</h1>
        <div className="note past" role="status">
          <Icon name="trash" size={18} />
          <div className="grow">
            Deleted <When at={at} /> by <Person principal={by} avatar={false} />{reason === null ? '.' : <>: <em className="wrap-anywhere">{reason}</em></>} Its
            history stays. A collection of this name begins with the next number.
          </div>
        </div>
      </div>
      <TimelineTab place={place} registry={registry} />
      <AuditTab place={place} registry={registry} at={undefined} />
    </div>
  );
};
