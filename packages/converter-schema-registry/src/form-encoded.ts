/** Form encoding of java.net.URLEncoder: %XX for bytes beyond letters, digits and `.-*_`. */
export function formEncoded(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9.\-*_ ]+/g, (odd) =>
    [...Buffer.from(odd)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''),
  )
}
