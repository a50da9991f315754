/** How much of a file a reader will take for one row before it says that something is wrong. */

/** Longer rows are reported and skipped, in bytes: beyond it a "row" is a broken file, not a text to label. */
export const MAX_ROW_BYTES = 16 * 1024 * 1024;

/** Deeper JSON is reported and skipped. */
export const MAX_JSON_DEPTH = 1000;
