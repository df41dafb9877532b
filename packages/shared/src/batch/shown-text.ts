const maxShown = 60

/** A person's text inside of a message: in backticks, cut, on one line. */
export function shownText(text: string): string {
  const characters = [...text.slice(0, 4 * maxShown)]
  const isCut = characters.length > maxShown
  const shown = characters.slice(0, isCut ? maxShown - 1 : maxShown).join('')
  return `\`${shown.replaceAll(/\p{Control}/gu, ' ')}${isCut ? '…' : ''}\``
}
