// Puts the words that stand before this script on the clipboard.
window.twinwing.copy(document.currentScript.previousElementSibling.dataset.words);
