export type { Streams, Terminal } from '../engine/engine.ts';
