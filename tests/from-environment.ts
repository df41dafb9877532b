/** What the runner of the tests says, such as the URL of a server. */
export function fromEnvironment(name: string): string {
  const value = process.env[name]
  if (value === undefined) throw new Error(`${name} is not set; run the tests from the root of the repository.`)
  return value
}
