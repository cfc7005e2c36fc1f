"""The same games in TensorFlow without this package: a hand-written loop, and keras.io's style of step."""

import keras
import tensorflow as tf
from keras import ops


def stream(game):
    """The game's minibatches without end, n_critic of them grouped for one step: the pipeline of every contender."""
    minibatches = game.minibatches()
    dataset = tf.data.Dataset.range(10**9).flat_map(minibatches.at)
    if game.n_critic > 1:
        dataset = dataset.batch(game.n_critic, drop_remainder=True)
    return dataset.prefetch(tf.data.AUTOTUNE)


def copy_of(network):
    copy = keras.models.clone_model(network)
    copy.set_weights(network.get_weights())
    return copy


class HandWritten:
    """What a careful researcher writes without a framework: one `tf.function`, nothing checked, nothing saved.

    The same mathematics as the package: losses, averaging of the generator with its ramp, means of both losses, read
    after every execution.
    """

    def __init__(self, game):
        self.game = game
        self.generator, self.discriminator = game.networks()
        self.average = copy_of(self.generator)
        self.d_optimizer, self.g_optimizer = game.optimizer(), game.optimizer()
        self.d_optimizer.build(self.discriminator.trainable_variables)
        self.g_optimizer.build(self.generator.trainable_variables)
        self.sums = tf.Variable(tf.zeros(3))

    def train(self, tick):
        execute = tf.function(self.execute)
        batches = iter(stream(self.game))
        going = True
        while going:
            execute(batches)
            self.sums.numpy()
            going = tick(self.game.steps_per_execution)

    def execute(self, batches):
        if self.game.steps_per_execution == 1:
            self.step(next(batches))
        else:
            for _ in tf.range(self.game.steps_per_execution):
                self.step(next(batches))

    def step(self, images):
        images = tf.unstack(images) if self.game.n_critic > 1 else [images]
        d_loss = tf.add_n([self.d_step(real) for real in images]) / len(images)
        g_loss = self.g_step()
        self.move_average()
        self.sums.assign_add(tf.stack([d_loss, g_loss, 1.0]))

    def generate(self):
        latents = tf.random.normal((self.game.batch_size, self.game.latent_dim))
        return self.generator(latents, training=True)

    def d_step(self, real):
        fake = self.generate()
        weights = self.discriminator.trainable_variables
        with tf.GradientTape() as tape:
            r, f = self.discriminator(real, training=True), self.discriminator(fake, training=True)
            if self.game.is_wasserstein:
                loss = tf.reduce_mean(f) - tf.reduce_mean(r) + 10.0 * self.gradient_penalty(real, fake)
            else:
                loss = tf.reduce_mean(tf.nn.softplus(-r)) + tf.reduce_mean(tf.nn.softplus(f))
        self.d_optimizer.apply(tape.gradient(loss, weights), weights)
        return loss

    def gradient_penalty(self, real, fake):
        t = tf.random.uniform((self.game.batch_size, 1, 1, 1))
        mixed = t * real + (1 - t) * fake
        with tf.GradientTape() as tape:
            tape.watch(mixed)
            scores = self.discriminator(mixed, training=True)
        slopes = tf.sqrt(tf.reduce_sum(tape.gradient(scores, mixed) ** 2, axis=(1, 2, 3)) + 1e-12)
        return tf.reduce_mean((slopes - 1.0) ** 2)

    def g_step(self):
        weights = self.generator.trainable_variables
        with tf.GradientTape() as tape:
            f = self.discriminator(self.generate(), training=True)
            loss = -tf.reduce_mean(f) if self.game.is_wasserstein else tf.reduce_mean(tf.nn.softplus(-f))
        self.g_optimizer.apply(tape.gradient(loss, weights), weights)
        return loss

    def move_average(self):
        t = tf.cast(self.g_optimizer.iterations.value, tf.float32)
        rate = 1.0 - tf.minimum(0.999, (1.0 + t) / (10.0 + t))
        for weight, average in zip(self.generator.weights, self.average.weights, strict=True):
            average.value.assign_sub(rate * (average.value - weight.value))


class KerasIOGAN(keras.Model):
    """A step in the style of keras.io's DCGAN: real and generated images in one minibatch, labels, two trackers."""

    def __init__(self, game):
        super().__init__()
        self.game, self.latent_dim = game, game.latent_dim
        self.generator, self.discriminator = game.networks()
        self.seed_generator = keras.random.SeedGenerator(1337)
        self.d_loss_tracker = keras.metrics.Mean(name="d_loss")
        self.g_loss_tracker = keras.metrics.Mean(name="g_loss")

    def compile(self, d_optimizer, g_optimizer, **arguments):
        super().compile(**arguments)
        self.d_optimizer, self.g_optimizer = d_optimizer, g_optimizer
        self.loss_fn = keras.losses.BinaryCrossentropy(from_logits=True)

    @property
    def metrics(self):
        return [self.d_loss_tracker, self.g_loss_tracker]

    def latents(self, images):
        return keras.random.normal((ops.shape(images)[0], self.latent_dim), seed=self.seed_generator)

    def train_step(self, real_images):
        generated_images = self.generator(self.latents(real_images), training=True)
        combined_images = ops.concatenate([generated_images, real_images], axis=0)
        count = ops.shape(real_images)[0]
        labels = ops.concatenate([ops.ones((count, 1)), ops.zeros((count, 1))], axis=0)
        labels += 0.05 * tf.random.uniform(tf.shape(labels))
        with tf.GradientTape() as tape:
            d_loss = self.loss_fn(labels, self.discriminator(combined_images, training=True))
        gradients = tape.gradient(d_loss, self.discriminator.trainable_weights)
        self.d_optimizer.apply_gradients(zip(gradients, self.discriminator.trainable_weights, strict=True))

        latents, misleading_labels = self.latents(real_images), ops.zeros((count, 1))
        with tf.GradientTape() as tape:
            scores = self.discriminator(self.generator(latents, training=True), training=True)
            g_loss = self.loss_fn(misleading_labels, scores)
        gradients = tape.gradient(g_loss, self.generator.trainable_weights)
        self.g_optimizer.apply_gradients(zip(gradients, self.generator.trainable_weights, strict=True))
        return self.tracked(d_loss, g_loss)

    def tracked(self, d_loss, g_loss):
        self.d_loss_tracker.update_state(d_loss)
        self.g_loss_tracker.update_state(g_loss)
        return {"d_loss": self.d_loss_tracker.result(), "g_loss": self.g_loss_tracker.result()}


class KerasIOWGANGP(KerasIOGAN):
    """A step in the style of keras.io's WGAN-GP: n_critic critic steps, all on the same real images."""

    def gradient_penalty(self, real_images, fake_images):
        alpha = tf.random.uniform((tf.shape(real_images)[0], 1, 1, 1))
        interpolated = real_images + alpha * (fake_images - real_images)
        with tf.GradientTape() as gp_tape:
            gp_tape.watch(interpolated)
            scores = self.discriminator(interpolated, training=True)
        gradients = gp_tape.gradient(scores, [interpolated])[0]
        norm = tf.sqrt(tf.reduce_sum(tf.square(gradients), axis=[1, 2, 3]))
        return tf.reduce_mean((norm - 1.0) ** 2)

    def train_step(self, real_images):
        for _ in range(self.game.n_critic):
            latents = self.latents(real_images)
            with tf.GradientTape() as tape:
                fake_images = self.generator(latents, training=True)
                fake_logits = self.discriminator(fake_images, training=True)
                real_logits = self.discriminator(real_images, training=True)
                d_cost = tf.reduce_mean(fake_logits) - tf.reduce_mean(real_logits)
                d_loss = d_cost + 10.0 * self.gradient_penalty(real_images, fake_images)
            gradients = tape.gradient(d_loss, self.discriminator.trainable_variables)
            self.d_optimizer.apply_gradients(zip(gradients, self.discriminator.trainable_variables, strict=True))

        latents = self.latents(real_images)
        with tf.GradientTape() as tape:
            g_loss = -tf.reduce_mean(self.discriminator(self.generator(latents, training=True), training=True))
        gradients = tape.gradient(g_loss, self.generator.trainable_variables)
        self.g_optimizer.apply_gradients(zip(gradients, self.generator.trainable_variables, strict=True))
        return self.tracked(d_loss, g_loss)


class Ticking(keras.callbacks.Callback):
    """Asks `tick` after every execution whether to go on."""

    def __init__(self, tick, steps_per_execution):
        super().__init__()
        self._tick, self._steps = tick, steps_per_execution

    def on_train_batch_end(self, batch, logs=None):
        if not self._tick(self._steps):
            self.model.stop_training = True


class KerasIO:
    """keras.io's style of step, through Keras' own `fit`."""

    def __init__(self, game):
        self.game = game
        self.model = (KerasIOWGANGP if game.is_wasserstein else KerasIOGAN)(game)
        self.model.compile(game.optimizer(), game.optimizer(), steps_per_execution=game.steps_per_execution)

    def train(self, tick):
        images = stream(self.game)
        images = images.map(lambda group: group[0]) if self.game.n_critic > 1 else images
        ticking = Ticking(tick, self.game.steps_per_execution)
        self.model.fit(images, steps_per_epoch=10**8, callbacks=[ticking], shuffle=False, verbose=0)
