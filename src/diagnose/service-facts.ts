import type { ListeningSocket } from '../model/listening-socket.ts';
import type { ObservedReplica } from '../model/observed.ts';
import type { Project, Service } from '../model/project.ts';

/** What is seen of one service, for rules to judge. */
export interface ServiceFacts {
  readonly project: Project;
  readonly service: Service;
  /** The worst of its copies; absent when it was never started. */
  readonly replica?: ObservedReplica;
  /** What it wrote last, oldest first. */
  readonly lines: readonly string[];
  /** Where its processes listen, as far as the engine can say. */
  readonly listening?: readonly ListeningSocket[];
}
