/* Tells styles that scripts run, as early as can be. */
document.documentElement.classList.add('app-scripts')
