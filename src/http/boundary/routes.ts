/** Which addresses there are, so that a wrong address and a wrong method are told apart. */
import { notFound, problem, Problem } from './problems';
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
        ? notFound()
        : problem('method_not_allowed', `${method} is not a method of this path; use ${allowed.join(' or ')}.`, {}, {
            allow: [...new Set(allowed)].sort().join(', '),
          });
    },
  };
};

/** A pattern that ends in `*`, as pages and their files have, takes whatever begins so. */
const matches = (pattern: string, path: string): boolean => {
  if (pattern.endsWith('*')) return !isOfApi(path) && path.startsWith(pattern.slice(0, -1));
  const [parts, segments] = [pattern.split('/'), path.split('/')];
  return (
    parts.length === segments.length &&
    parts.every((part, i) => {
      const segment = segments[i] ?? '';
      return part.startsWith(':') ? segment !== '' : part === (percentDecoded(segment) ?? segment);
    })
  );
};

/** Below `/api/` there is nothing but what has a route of its own. */
export const isOfApi = (target: string): boolean => splitTarget(target).path.startsWith('/api/');
