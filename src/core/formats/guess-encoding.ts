/** Ranks the encodings that bytes may be in, by how often their characters follow each other in texts of a language. */
import { analyse } from 'chardet';

export interface RankedEncoding {
  readonly label: string;
  /** 0 to 100: how well it fits. Not a probability. */
  readonly confidence: number;
}

/** The most likely first. Whether the bytes are valid in it is for the caller to see. */
export function rankEncodings(bytes: Uint8Array): RankedEncoding[] {
  return analyse(bytes).map(({ name, confidence }) => ({
    label: name,
    confidence,
  }));
}
