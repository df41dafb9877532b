/** Whether a thrown value is an error with one of these codes (`ENOENT`, or a server's SQLSTATE). */
export function isFault(thrown: unknown, ...codes: string[]): boolean {
  return thrown instanceof Error && 'code' in thrown && codes.includes(String(thrown.code))
}
