# What this root is written for. It uses nothing newer than Terraform 1.5, so OpenTofu applies it too;
# the provider's versions 5.100 and 6.x are both accepted.
#
# State is local until a file backend.tf says otherwise; docs/operate/deploy.md has one to copy.

terraform {
  required_version = ">= 1.5"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100, < 7"
    }
  }
}
