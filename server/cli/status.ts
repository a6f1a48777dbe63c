/** Exit statuses: 1 says that the work was done and there are findings, 2 that an input is wrong. */
export const FINDINGS = 1;
export const WRONG = 2;
