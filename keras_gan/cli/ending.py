"""What a run leaves behind, and what to type next."""

from keras_gan import export, run_folder
from keras_gan.callbacks.keep_best import save_model
from keras_gan.cli.export import about, name_of
from keras_gan.cli.plan import Plan
from keras_gan.reports import wording


def save(folder: run_folder.RunFolder, model):
    """Writes the model and, in a new version of the export's folder, its generator; on several hosts the chief does."""
    save_model(model, folder.model)
    if model.prior is not None and run_folder.is_chief(model.distribute_strategy):
        known = {"name": name_of(folder.path), "about": about(folder.path)}
        export.write(model, folder.export.parent, version=export.NEXT, **known)


def tell_how_to_go_on(folder: run_folder.RunFolder, model):
    """After an interruption: where it stands and how it goes on."""
    epoch, step = model.position
    print(f"\nstopped in epoch {epoch + 1} after its step {step}; all is saved. Go on with\n")
    print(f"  keras-gan train --resume --out {folder.path}")


def tell_what_is_there(plan: Plan, model):
    """At the end: which files there are, and what to do with them."""
    folder, seconds = plan.folder, plan.folder.read_manifest()["seconds"]
    last = max(folder.samples.glob("epoch-*.png"), default=folder.samples)
    newest = list(run_folder.versions(folder.export.parent).values())[-1]
    epochs = "1 epoch" if model.epochs_done == 1 else f"{model.epochs_done} epochs"
    print(f"\n{epochs}, {model.steps_done:,} steps in {wording.duration(seconds)}. In {folder.path}:\n")
    _table(
        {
            f"samples/{last.name}": "what the generator makes; there are grids of earlier epochs, too",
            folder.model.name: f"the whole model: keras_gan.load({str(folder.path)!r})",
            f"{newest.parent.name}/{newest.name}/": "the generator for serving: a SavedModel",
            folder.history.name: "the losses, epoch by epoch",
            f"{folder.manifest.name}, {folder.config.name}": "what ran, and the settings that start it again",
        }
    )
    print("\nand next:\n")
    go_on = f"keras-gan train --resume --out {folder.path} --epochs {2 * plan.settings['epochs']}"
    _table(
        {
            f"keras-gan sample {folder.path} -n 64 --seed 1": "draw other images",
            f"keras-gan evaluate {folder.path}": "measure it: a table and a report",
        }
        | ({go_on: "train on"} if plan.settings["lr_schedule"] == "constant" else {})
        | {"keras-gan list": "see the other variants"}
    )


def _table(rows):
    width = max(map(len, rows))
    print("\n".join(f"  {left:<{width}}  {right}" for left, right in rows.items()))
