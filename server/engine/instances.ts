import { InstanceBuilder } from '../prompts/instances.ts';
import type { Session } from './session.ts';

const builders = new WeakMap<Session, InstanceBuilder>();

/** What makes the prompts of a session's bench. */
export function instancesOf(session: Session): InstanceBuilder {
  const known = builders.get(session);
  if (known) return known;
  const builder = new InstanceBuilder((task, numbers) => session.catalog.read(task, numbers));
  builders.set(session, builder);
  return builder;
}
