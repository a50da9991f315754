/** The words of another language than English, which the HTML around a page brings along. */

/** The name of the `meta` element whose content they are, as a JSON object from English sentences to theirs. */
export const WORDS_NAME = 'inkling-words';
