/** What a call resolves to that did what it was asked for. */
export const DONE = { success: true, errorMessage: '' } as const;
