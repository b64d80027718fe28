declare const BOWLINE_VERSION: string;

/** Of the package; put in when the program is bundled. */
export const version: string =
  typeof BOWLINE_VERSION === 'string' ? BOWLINE_VERSION : '0.0.0-source';

declare const BOWLINE_BUILD: string;

/** Differs whenever the bundled files do. */
export const build: string = typeof BOWLINE_BUILD === 'string' ? BOWLINE_BUILD : version;
