/** The parts of `natural` that we import by path, so that the rest of it stays out of the bundle. */
declare module 'natural/lib/natural/stemmers/*' {
  const stemmer: { stem(word: string): string };
  export default stemmer;
}

declare module 'natural/lib/natural/util/*' {
  const list: { readonly words: readonly string[] };
  export default list;
}
