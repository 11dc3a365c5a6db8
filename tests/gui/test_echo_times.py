"""NIfTI without echo times: the window asks, and opens the images with what the reader gives."""

import nibabel
import numpy as np

from ironquant.gui.dialogs import EchoTimesDialog
from ironquant.phantom import find_case, simulate


def test_the_window_asks_for_echo_times(window, qtbot, tmp_path):
    images = simulate(find_case("normal")).organs[1]
    data = images.signal.transpose(2, 1, 0, 3).astype(np.float32)
    affine = np.diag([-1.0, -1.0, 1.0, 1.0]) @ images.affine
    nibabel.save(nibabel.Nifti1Image(data, affine), tmp_path / "liver.nii.gz")
    asked = []
    window.controller.echo_times_wanted.connect(lambda path, n: asked.append(n))
    window.open_path(tmp_path)
    qtbot.waitUntil(lambda: bool(window.findChildren(EchoTimesDialog)), timeout=30_000)
    (dialog,) = window.findChildren(EchoTimesDialog)
    assert asked == [len(images.te_ms)]
    assert not dialog.use_button.isEnabled()
    dialog.times_edit.setText("1, zwei")
    assert not dialog.use_button.isEnabled()
    dialog.times_edit.setText(", ".join(map(str, images.te_ms)))
    assert dialog.use_button.isEnabled()
    dialog.accept()
    qtbot.waitUntil(lambda: window.controller.session.examination is not None, timeout=30_000)
    assert window.controller.session.examination.series[0].te_ms == tuple(images.te_ms)
