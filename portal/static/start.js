/* Tells styles that scripts run, as early as can be. */
document.documentElement.classList.add('app-scripts')
document.addEventListener('DOMContentLoaded', () => {
  document.body.classList.add('js-enabled')
  if ('noModule' in HTMLScriptElement.prototype) document.body.classList.add('govuk-frontend-supported')
})
