/* What every page does that holds words not saved yet, once its writer is no longer signed in: it shows none of them. */

/* Whoever comes to this browser next does not read the page: what was typed comes back to the same person alone. */
export function hideWords () {
  const kept = [...document.querySelectorAll('main h1, #state, #signed-out')]
  for (const form of document.querySelectorAll('main form')) form.reset()
  for (const box of document.querySelectorAll('main textarea')) box.value = ''
  clear(document.querySelector('main'), kept)
  document.getElementById('signed-out').hidden = false
}

function clear (part, kept) {
  for (const child of [...part.children]) {
    if (kept.includes(child)) continue
    if (kept.some(each => child.contains(each))) clear(child, kept)
    else child.remove()
  }
}

/* Whoever comes back to a tab is asked for: what was sent last is sent again, which changes nothing. */
export function onReturn (ask) {
  document.addEventListener('visibilitychange', () => { if (document.visibilityState === 'visible') ask() })
}

/* Everything that a person has filled in of a form, and put back; what the server hides in it stays the server's. */
export const filled = form => [...new FormData(form)].filter(([name, value]) => typeof value === 'string' && form.querySelector(`[name="${CSS.escape(name)}"]:not([type=hidden])`))

export function fill (form, pairs) {
  const given = new Map()
  for (const [name, value] of pairs) given.set(name, [...given.get(name) ?? [], value])
  for (const field of form.elements) {
    if (!field.name || ['hidden', 'submit', 'button', 'file'].includes(field.type)) continue
    const values = given.get(field.name) ?? []
    if (['checkbox', 'radio'].includes(field.type)) field.checked = values.includes(field.value)
    else if (values.length) field.value = values[0]
  }
}
