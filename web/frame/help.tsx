import { useEffect, useRef } from 'react'
import { keyWords } from './use-keys.ts'

/** The keys, in a dialog of the browser's own: it keeps the focus and closes with Escape. */
export function Help({ isOpen, onClose }: { readonly isOpen: boolean; readonly onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    if (isOpen) dialog.current?.showModal()
    else dialog.current?.close()
  }, [isOpen])
  return (
    <dialog ref={dialog} className="help" aria-labelledby="help-title" onClose={onClose}>
      <h2 id="help-title">Keys</h2>
      <dl>
        {keyWords.map(([key, does]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <p className="quiet small">In the map of zones the arrow keys move between cells.</p>
      <button type="button" className="button" onClick={onClose}>
        Close
      </button>
    </dialog>
  )
}
