/** Which examples a score is of: all, those without overlap, those without content that a record wrote. */
export const WHICH = ['all', 'clean', 'cleanContent'] as const;
export type Which = (typeof WHICH)[number];
