/** Takes one value of an option that can be repeated to those before it. */
export function collectWord(given: string, before: readonly string[]): readonly string[] {
  return [...before, given]
}
