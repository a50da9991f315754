/** What the learner is doing, as the views show it. */
export type Training =
  /** Too few answers for a model: at least two labels with an answer each are needed. */
  | { readonly phase: 'cold'; readonly labelsNeeded: number }
  | { readonly phase: 'running'; readonly sinceRevision: number }
  | { readonly phase: 'ready'; readonly modelRevision: number; readonly ms: number }
  /** The learner failed; labeling goes on with records drawn at random. */
  | { readonly phase: 'failed'; readonly message: string };
