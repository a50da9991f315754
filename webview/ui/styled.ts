/** Sets one style property of an element from a template. */
import { type ElementPart, noChange } from 'lit';
import { Directive, directive } from 'lit/directive.js';

/**
 * Goes through the style object, as the page's policy forbids style attributes (which Lit's own `styleMap` writes
 * when it renders first). A value that does not fit the property is ignored, so a label's colour can be anything
 * a project file holds and still be nothing but a colour.
 */
class Styled extends Directive {
  #value: string | undefined;

  override render(_property: string, _value: string): unknown {
    return noChange;
  }

  override update({ element }: ElementPart, [property, value]: [string, string]): unknown {
    if (value !== this.#value) {
      (element as HTMLElement).style.setProperty(property, value);
      this.#value = value;
    }
    return noChange;
  }
}

export const styled = directive(Styled);
