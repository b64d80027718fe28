import type { Span } from '../model/diagnostic.ts';

/** A YAML value that knows where it stands. Anchors and merge keys are already resolved. */
export type Node = ScalarNode | ListNode | MapNode;

export interface ScalarNode {
  readonly kind: 'scalar';
  readonly value: string | number | boolean | null;
  /** The text as written, without quotes, before variables were put in. */
  readonly source?: string;
  /** Quoted or block: the author meant text. */
  readonly quoted?: boolean;
  readonly at: Span;
  readonly tag?: MergeTag;
}

export interface ListNode {
  readonly kind: 'list';
  readonly items: readonly Node[];
  readonly at: Span;
  readonly tag?: MergeTag;
}

export interface MapNode {
  readonly kind: 'map';
  readonly entries: readonly Entry[];
  readonly at: Span;
  readonly tag?: MergeTag;
}

export interface Entry {
  readonly key: string;
  readonly keyAt: Span;
  readonly value: Node;
}

/** `!reset` and `!override`. @see https://github.com/compose-spec/compose-spec/blob/main/13-merge.md */
export type MergeTag = 'reset' | 'override';
