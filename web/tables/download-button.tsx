/** Makes a file of what is on the page, in the browser: nothing is asked for, so it cannot differ from what one sees. */
export function DownloadButton({ name, text }: { readonly name: string; readonly text: () => string }) {
  const save = () => {
    // The mark tells a spreadsheet that it is UTF-8.
    const address = URL.createObjectURL(new Blob(['\uFEFF', text()], { type: 'text/csv' }))
    const link = document.createElement('a')
    link.href = address
    link.download = name
    link.click()
    URL.revokeObjectURL(address)
  }
  return (
    <button type="button" className="button" title="What is shown, as CSV" onClick={save}>
      Save CSV
    </button>
  )
}
