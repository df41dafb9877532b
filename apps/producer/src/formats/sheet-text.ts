// What XML has no character for, and a carriage return, which XML readers take for a line feed.
const special = /[&<>]|[^\t\n\u0020-\uFFFD]|_(?=x[\dA-Fa-f]{4}_)/g
const entities: Readonly<Record<string, string | undefined>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }

/**
 * A text as it stands in a cell. A character that XML does not have is written as `_x0001_`, and so is the underscore of
 * a text that looks like that. ECMA-376 part 1, 22.9.2.19 ST_Xstring
 */
export function escapeText(text: string): string {
  return text.replace(special, (found) => entities[found] ?? `_x${hexOf(found)}_`)
}

function hexOf(character: string): string {
  return character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')
}
