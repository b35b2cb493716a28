// Puts the words that stand before this script, as JSON, on the clipboard: Streamlit trims what is given as it is.
window.twinwing.copy(JSON.parse(document.currentScript.previousElementSibling.dataset.words));
