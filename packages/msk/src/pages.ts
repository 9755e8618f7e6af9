/** All items of a list that comes in pages. */
export async function allPages<Page extends { readonly NextToken?: string | undefined }, Item>(
  ask: (token: { NextToken?: string }) => Promise<Page>,
  itemsOf: (page: Page) => readonly Item[] | undefined,
): Promise<readonly Item[]> {
  const found: Item[] = []
  let token: string | undefined
  do {
    const page = await ask(token === undefined ? {} : { NextToken: token })
    found.push(...(itemsOf(page) ?? []))
    token = page.NextToken === '' ? undefined : page.NextToken
  } while (token !== undefined)
  return found
}
