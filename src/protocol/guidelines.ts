/** What crosses between the engine and a page about how to label: the project's guidelines, and examples of labels. */

export interface Guidelines {
  /** `.inkling/guidelines.md` as a tree; absent where there is no such file. Nothing in it is markup. */
  readonly text?: readonly GuidelineNode[];
  /** Why the file is not shown, as a sentence. */
  readonly problem?: string;
  /** The labels in use, in order. */
  readonly labels: readonly LabelGuide[];
}

export interface LabelGuide {
  readonly id: string;
  readonly name: string;
  readonly color?: string;
  readonly description?: string;
  /** This person's answers of which the model is surest, the surest first. */
  readonly clear: readonly LabelExample[];
  /** Those of which it is least sure, the least sure first. */
  readonly borderline: readonly LabelExample[];
}

export interface LabelExample {
  readonly key: string;
  /** The beginning of its text. */
  readonly text: string;
  /** How far the model believes in the label that was given, in [0, 1]. */
  readonly p: number;
}

/** A part of a Markdown text. What has no place here (HTML, images) is shown as the text that was typed. */
export type GuidelineNode =
  | { readonly type: 'text' | 'code' | 'inlineCode'; readonly value: string }
  | { readonly type: 'heading'; readonly depth: number; readonly children: readonly GuidelineNode[] }
  | { readonly type: 'list'; readonly ordered: boolean; readonly children: readonly GuidelineNode[] }
  /** `url` begins with http: or https:. */
  | { readonly type: 'link'; readonly url: string; readonly children: readonly GuidelineNode[] }
  | {
      readonly type: 'paragraph' | 'blockquote' | 'item' | 'strong' | 'emphasis';
      readonly children: readonly GuidelineNode[];
    }
  | { readonly type: 'break' | 'rule' };
