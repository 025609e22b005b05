/** 366 days, in milliseconds: longer than any programme, short enough to catch a value in microseconds. */
export const LONGEST_SPAN_MS = 31_622_400_000;
