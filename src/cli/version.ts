declare const BOWLINE_VERSION: string;

/** Of the package; put in when the program is bundled. */
export const version: string =
  typeof BOWLINE_VERSION === 'string' ? BOWLINE_VERSION : '0.0.0-source';
