/** Which addresses there are, so that a wrong address and a wrong method are told apart. */
import { problem, Problem } from './problems';
import { percentDecoded, splitTarget } from './query-string';

export type Routes = {
  add(method: string, pattern: string): void;
  /** Why nothing answers to a method and target. */
  unanswered(method: string, target: string): Problem;
};

export const routeTable = (): Routes => {
  const methods = new Map<string, Set<string>>();
  return {
    add: (method, pattern) => {
      methods.set(pattern, (methods.get(pattern) ?? new Set()).add(method));
    },
    unanswered: (method, target) => {
      const { path } = splitTarget(target);
      const allowed = [...methods].flatMap(([pattern, known]) => (matches(pattern, path) ? [...known] : []));
      return allowed.length === 0
        ? problem('not_found', 'Nothing answers at this path; /api/docs lists what there is.')
        : problem('method_not_allowed', `${method} is not a method of this path; use ${allowed.join(' or ')}.`, {}, {
            allow: [...new Set(allowed)].sort().join(', '),
          });
    },
  };
};

const matches = (pattern: string, path: string): boolean => {
  const [parts, segments] = [pattern.split('/'), path.split('/')];
  return (
    parts.length === segments.length &&
    parts.every((part, i) => {
      const segment = segments[i] ?? '';
      return part.startsWith(':') ? segment !== '' : part === (percentDecoded(segment) ?? segment);
    })
  );
};
