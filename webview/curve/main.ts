/** Starts the curve page. */
export {};
